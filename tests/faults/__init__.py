"""Tests of a deployed server in which something fails: processes, networks, disks, letters."""
