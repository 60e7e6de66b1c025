using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

internal static class ChromiumExtensions
{
    /// <summary>Fills the login form in and sends it.</summary>
    /// <param name="browser">The browser.</param>
    /// <param name="server">Where.</param>
    /// <param name="repository">The name typed; a token needs none.</param>
    /// <param name="secret">The secret or token.</param>
    /// <param name="opens">The repository that it opens; null for the one that was named.</param>
    public static async Task LogInAsync(this Chromium browser, BrowsedServer server, string repository, string secret, string? opens = null)
    {
        await browser.VisitAsync(server.At("login/"));
        await browser.FillAsync("#repository", repository);
        await browser.TypeAsync("#secret", secret);
        await browser.FollowAsync("main form button");
        Assert.Equal($"/{opens ?? repository}/", await browser.EvaluateAsync("location.pathname"));
    }
}
