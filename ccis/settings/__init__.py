"""Settings: ``local`` for a machine of one's own, ``test``, and ``production`` for servers."""
