"""Faces: what a person sees and types. They know `controller.api` and events, never a device."""
