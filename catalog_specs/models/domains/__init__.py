"""What values are held to beyond bounds: published shapes, and other items of their record."""
