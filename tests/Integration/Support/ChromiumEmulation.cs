namespace PyWharf.Integration.Support;

/// <summary>Makes a browser be another one. What is set holds for all pages that follow.</summary>
internal static class ChromiumEmulation
{
    /// <summary>Shows the page, and those that follow, in another way.</summary>
    public static async Task ShowAsync(this Chromium browser, Appearance appearance)
    {
        // Below 500 pixels as a phone does, which lays a page out wider than its screen unless the page says otherwise.
        await browser.Driver.RunDevToolsAsync(
            "Emulation.setDeviceMetricsOverride", new { width = appearance.Width, height = 800, deviceScaleFactor = 1, mobile = appearance.Width < 500 });
        await browser.Driver.RunDevToolsAsync("Emulation.setEmulatedMedia", new
        {
            media = appearance.Media,
            features = new[] { new { name = "prefers-color-scheme", value = appearance.ColorScheme } },
        });
    }

    /// <summary>Runs no script of the pages that follow. Those of tests run.</summary>
    public static Task DisableScriptsAsync(this Chromium browser) => browser.Driver.RunDevToolsAsync("Emulation.setScriptExecutionDisabled", new { value = true });

    /// <summary>Lets pages write to the clipboard and read it without asking the person.</summary>
    public static Task AllowClipboardAsync(this Chromium browser) => browser.Driver.RunDevToolsAsync(
        "Browser.grantPermissions", new { permissions = new[] { "clipboardReadWrite", "clipboardSanitizedWrite" } });

    /// <summary>Ends all sessions for the browser, as time does.</summary>
    public static Task ForgetCookiesAsync(this Chromium browser) => browser.Driver.RunDevToolsAsync("Network.clearBrowserCookies", new { });
}
