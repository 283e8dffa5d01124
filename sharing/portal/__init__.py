"""The provider's own pages about the people on its list, read by the portal's login alone."""
