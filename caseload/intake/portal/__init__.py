"""What schools and colleges do in the portal: send files, answer questions, review who is at risk.

A sender sees what it sent, and what that alone shows to be wrong. It never sees what we hold: whom
a row is about, what would change, what others told us.
"""
