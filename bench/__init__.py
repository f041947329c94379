"""Benchmarks: how unknot does beside a floor and beside its peers, as ratios measured in one run."""
