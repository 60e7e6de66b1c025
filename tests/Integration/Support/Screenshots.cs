namespace PyWharf.Integration.Support;

/// <summary>Pictures of pages, kept in the folder that <c>PYWHARF_SCREENSHOTS</c> names, or in <c>artifacts/screenshots</c>.</summary>
internal static class Screenshots
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("PYWHARF_SCREENSHOTS") is { Length: > 0 } named
        ? named
        : RepositoryRoot.At("artifacts", "screenshots");

    /// <summary>Keeps a picture of the whole page, also of what is below the screen.</summary>
    /// <param name="browser">Where the page is.</param>
    /// <param name="name">Of the file, without its extension.</param>
    public static async Task KeepAsync(Chromium browser, string name)
    {
        var picture = await browser.Driver.RunDevToolsAsync("Page.captureScreenshot", new { captureBeyondViewport = true });

        Directory.CreateDirectory(Folder);
        await File.WriteAllBytesAsync(Path.Combine(Folder, $"{name}.png"), picture.GetProperty("data").GetBytesFromBase64());
    }
}
