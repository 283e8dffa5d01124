"""Forms check answers and save nothing."""
