"""What the standard library raises over a zip archive that is damaged or no archive."""

import lzma
import struct
import zipfile
import zlib

# A flipped bit can name another method, version or flag: NotImplementedError is a RuntimeError,
# as is a password asked for; bzip2 says OSError. Text that is no UTF-8 is a ValueError.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError,
    ValueError,
)  # fmt: skip
