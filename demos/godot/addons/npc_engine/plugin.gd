@tool
extends EditorPlugin
## Makes this folder a plugin. The nodes need none: they are in the list of nodes by their class names.
