"""The reader and compiler of protocol files. This is the part that loads PyYAML and pydantic.

>>> compiled = compile_source(load("demo"))
>>> compiled.plan.title
'A short try'
"""

from protocols.language.check import Compiled, compile_source
from protocols.language.load import LoadError, compile_text, load, shipped
from protocols.language.options import OptionError
from protocols.language.sound import sound_part
from protocols.language.source import ReaderMissingError, Source

__all__ = [
    "Compiled",
    "LoadError",
    "OptionError",
    "ReaderMissingError",
    "Source",
    "compile_source",
    "compile_text",
    "load",
    "shipped",
    "sound_part",
]
