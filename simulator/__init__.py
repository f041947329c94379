"""Simulated devices and the bodies they touch."""
