namespace PyWharf.Integration.Support;

/// <summary>How a browser shows a page: for what screen or paper, and in which colours.</summary>
/// <param name="Name">What it is called in file names and messages.</param>
/// <param name="Width">Of the viewport, in CSS pixels.</param>
/// <param name="ColorScheme">What the person prefers: <c>light</c> or <c>dark</c>.</param>
/// <param name="Media"><c>screen</c> or <c>print</c>.</param>
internal sealed record Appearance(string Name, int Width, string ColorScheme = "light", string Media = "screen")
{
    public static Appearance Light { get; } = new("light", 1280);

    public static Appearance Dark { get; } = new("dark", 1280, ColorScheme: "dark");

    /// <summary>The narrowest that WCAG 2.2 asks for (criterion 1.4.10).</summary>
    public static Appearance Phone { get; } = new("phone", 320);

    public static Appearance DarkPhone { get; } = new("phone-dark", 375, ColorScheme: "dark");

    /// <summary>A4 between margins of 1 cm.</summary>
    public static Appearance Print { get; } = new("print", 718, Media: "print");

    public static IReadOnlyList<Appearance> All { get; } = [Light, Dark, Phone, DarkPhone, Print];

    public override string ToString() => Name;
}
