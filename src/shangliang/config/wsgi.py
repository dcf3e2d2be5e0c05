"""The web application, as the server loads it."""

import multiprocessing
import os
import signal

from django.core.wsgi import get_wsgi_application

from shangliang.manage.serving import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
if server := multiprocessing.parent_process():
    # Left alone by a server that was killed, this process would keep the port: nothing it does can be lost.
    die_with_parent(server.pid or 0, signal.SIGKILL)
application = get_wsgi_application()
