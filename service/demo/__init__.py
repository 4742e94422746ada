"""`identlink demo`: the main job from end to end; `identlink sandbox`: people to call about."""
