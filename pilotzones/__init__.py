"""Audited map layers of China's pilot-zone policies."""
