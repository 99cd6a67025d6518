"""Everything a person opens, one room a subject, named like its address.

A room imports any app, and the rooms on the floors below its own. From the ground up:

shared · what several rooms use
actions · one action, the lists of them, proposals
calendar, raising, you_said · what is done with an action besides
plans · a person's own plan and those of groups
reflecting · a person's own reflections
results · what a closed round said
meeting · results on a shared screen
rounds · running a round
taking_part · taking part in one
invitations, letters, people · who comes in, what they are sent, who is there
teams, organisations, systems, account · where people belong, and their account
home · the first pages
"""
