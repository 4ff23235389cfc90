"""The project's own text files, by git where there is a repository, else by walking."""
import os
import subprocess

SKIPPED = {".git", "build", "var", "node_modules", "__pycache__"}


def all_files(root):
    """Paths relative to root, sorted; new files that git does not ignore count too."""
    listing = ["git", "-c", f"safe.directory={os.path.realpath(root)}", "-C", root,
               "ls-files", "-co", "--exclude-standard"]
    if os.path.exists(os.path.join(root, ".git")):
        found = subprocess.run(listing, capture_output=True, text=True, check=True).stdout
        paths = found.splitlines()
    else:
        paths = []
        for folder, folders, names in os.walk(root):
            folders[:] = [f for f in folders if f not in SKIPPED]
            paths += [os.path.relpath(os.path.join(folder, n), root) for n in names]
    return sorted(p for p in set(paths) if os.path.isfile(os.path.join(root, p)))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()
