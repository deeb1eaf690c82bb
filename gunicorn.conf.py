"""gunicorn's configuration, for script/server and for production (docs/deployment.md)."""

import os

# Loopback only: whoever wants the world to come in puts a reverse proxy before it.
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
# A page answers within a tenth of a second; a paper of many pages may take longer.
timeout = 60
# Its place would be one and the same for every server of a user.
control_socket_disable = True
