"""People held twice: found, compared, merged without losing anything, and apart again."""
