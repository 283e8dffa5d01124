"""What gunicorn serves. Pages are served as the web role and never as the owner of the tables."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccis.settings.production")
os.environ.setdefault("CCIS_DATABASE_ROLE", "web")

application = get_wsgi_application()
