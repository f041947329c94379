"""The controller: drives devices through a plan, under the limits."""
