#!/bin/sh
# The steps of Containerfile, so that a test can take them by hand where there is no container engine.
# Usage: install_app.sh files|dependencies|app [SOURCE]   (in the folder of the app)
#   files         copy what the app needs out of SOURCE, and nothing else
#   dependencies  install what requirements.lock names, with the hashes it names
#   app           put the package and its command in place; nothing is fetched
set -eu

# Whatever else lies in a checkout stays out of the image.
files="requirements.lock pyproject.toml README.md LICENSE app.py .streamlit data cli geo layers views pilotzones"

case "$1" in
  files)
    for name in $files; do
      # Links stay links: the folder pilotzones has nothing but links to the folders beside it.
      cp -RP "$2/$name" .
    done
    ;;
  dependencies)
    pip install --no-cache-dir --require-hashes -r requirements.lock
    ;;
  app)
    # Without a build, which would fetch its own tools: a line in site-packages names this folder.
    site=$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    pwd > "${SITE_PACKAGES:-$site}/pilotzones.pth"
    ;;
  *)
    echo "install_app.sh: no step $1" >&2
    exit 1
    ;;
esac
