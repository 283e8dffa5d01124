"""The completed workbook of a list, coming back (LC-09, LDOR-02)."""
