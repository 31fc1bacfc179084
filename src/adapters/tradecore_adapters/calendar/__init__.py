"""Trading calendars: which days an exchange is open."""
