"""What a person sees and types: the chat, tables, sound cards. Decides nothing about conversations."""
