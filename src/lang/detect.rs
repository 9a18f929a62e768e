//! Path, file name and first line to language.
