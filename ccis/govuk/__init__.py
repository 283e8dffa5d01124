"""Components, form fields and layouts."""
