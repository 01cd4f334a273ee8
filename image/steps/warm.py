"""Run once in the image's tree: opens every room of a kit so that the table of addresses is kept. Its keys are thrown away."""

import os
import sys

sys.path.insert(0, "/usr/lib/valise/app")

from kit.app import create_app
from kit.settings import read_settings

app = create_app(read_settings(os.environ, role="kit"), is_late=True)
assert app.test_client().get("/static/style.css").status_code == 200
