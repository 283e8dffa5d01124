"""The national return: who is in it, what it says of them, its checks, its file and its figures."""
