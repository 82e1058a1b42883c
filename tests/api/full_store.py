"""A process whose files may not grow, as on a full disk: what the store does then, as JSON."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from coach_api.store.objects import Storage, StorageFull, stage_key

url, folder = sys.argv[1:]
part = Path(folder) / "upload.part"
part.write_bytes(b"0" * 4096)
storage = Storage(url)
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
raised = ""
try:
    storage.put_once(stage_key("5e55", "decode-0.json"), b"0" * 4096)
except StorageFull:
    raised = "StorageFull"
keys = [key for key, _ in storage.keys("stages")]
sys.stdout.write(json.dumps({"raised": raised, "keys": keys, "part": part.exists()}))
