"""Préau, a platform that runs massive open online courses. ARCHITECTURE.md says what each room is for."""
