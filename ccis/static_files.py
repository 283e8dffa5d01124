"""How static files are named and served outside debug and tests."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Names each file by its content, in the imports of JavaScript modules too."""

    support_js_module_import_aggregation = True
