"""Trading calendars: the days on which an exchange is open."""
