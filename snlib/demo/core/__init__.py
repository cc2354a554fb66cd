"""What every part of the demo instance uses: its data, clock, switches, faults and pages."""
