from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"
    label = "sharing"
    verbose_name = "Sharing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from caseload.demo import further
        from caseload.presenters import holding, tabs
        from ccis.leaving import kinds
        from ccis.purges.actions import register_kind
        from ccis.purges.middleware import close_until_replayed
        from sharing import demo, listeners, merging, recipients  # noqa: F401 - what a merge does with our tables
        from sharing.actions import life
        from sharing.actions.exporting import KINDS
        from sharing.portal import session, todo
        from sharing.presenters.disclosures import shared_now

        listeners.listen()
        recipients.listen()
        session.listen()
        todo.listen()
        holding.register(shared_now)
        further.register(demo.agree, place=further.BEFORE_LETTERS)
        further.register(demo.share, *demo.says(), place=further.AFTER_LETTERS)
        register_kind(life.KIND, play=life.purge_again, known=life.purged)
        for ledger, words in KINDS.items():
            kinds.register(f"ledger-{ledger}", words)
        close_until_replayed("sharing/", "portal/", "people/<ref:ref>/sharing/")
        tabs.register(tabs.Tab("sharing", "Sharing", "sharing:person", 70))
