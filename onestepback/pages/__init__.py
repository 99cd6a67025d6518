"""Pages hold everything that a person opens: one room for each subject, named like its address.

A room imports any app, and the rooms on the floors below its own. From the ground up:

shared · code that several rooms use
actions · one action, lists of actions, proposals
calendar, raising, you_said · a calendar of actions, raising them, telling the public about them
plans · a person's own plan and the plans of groups
reflecting · a person's own reflections
results · the figures and shared words of a closed round
meeting · results on a shared screen
rounds · running a round
taking_part · taking part in a round
invitations, letters, people · inviting people, their letters, the people of an organisation
teams, organisations, systems, account · the places where people belong, and their account
home · the first pages
"""
