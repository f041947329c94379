"""What the firmware asks of a board."""


class Hardware:
    """A board with a motor, or a heater and its sensor, or both. What it has not, it need not say."""

    def write(self, data: bytes) -> None:
        """Queue a frame for the serial port, or a payload to notify over BLE; never blocks."""
        raise NotImplementedError

    def set_motor(self, strokes_per_min: int) -> None:
        """Run the motor at that rate; 0 stops it."""

    def set_heater(self, duty: float) -> None:
        """Power the heater, 0 to 1."""

    def set_supply(self, closed: bool) -> None:
        """Close or open the second switch, in series with the heater's own; open until told."""

    def read_temperature(self) -> int | None:
        """The sensor in hundredths of °C, or None where it is open."""
        return None

    def motor_speed(self) -> int | None:
        """Strokes per minute as measured, or None where nothing measures them."""
        return None

    def motor_current(self) -> int | None:
        """Milliamperes, or None where nothing measures them."""
        return None

    def battery(self) -> int | None:
        """Percent, or None where it is not known."""
        return None

    def button(self) -> bool:
        """Whether the button is down."""
        return False
