"""The virtual radio: simulated devices over a Bluetooth stack in software, and bleak's backends onto it.

Importing this loads no Bluetooth stack; using it does.
"""
