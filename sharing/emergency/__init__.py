"""What leaves by word: in an emergency, and to somebody who asks outside the portal."""
