"""What was destroyed stays destroyed, though a backup is put back."""
