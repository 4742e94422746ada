"""Back record conversion: lots, frames, keyings, matches, writings and samples."""
