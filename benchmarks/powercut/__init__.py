"""What a disk may hold after the power is cut, built from recorded system calls, and opened."""
