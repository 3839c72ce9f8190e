"""The coverage standard, edited as a grid."""
