"""The commands, one file each family; imported only when one of them is run."""
