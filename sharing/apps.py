from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"
    label = "sharing"
    verbose_name = "Sharing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.presenters import tabs
        from ccis.leaving import kinds
        from ccis.purges.actions import register_kind
        from ccis.purges.middleware import close_until_replayed
        from sharing import listeners, merging  # noqa: F401 - what a merge does with our tables
        from sharing.actions import life
        from sharing.actions.exporting import KINDS
        from sharing.portal import session, todo

        listeners.listen()
        session.listen()
        todo.listen()
        register_kind(life.KIND, play=life.purge_again, known=life.purged)
        for ledger, words in KINDS.items():
            kinds.register(f"ledger-{ledger}", words)
        close_until_replayed("sharing/", "portal/", "people/<ref:ref>/sharing/")
        tabs.register(tabs.Tab("sharing", "Sharing", "sharing:person", 70))
