namespace PyWharf.Api.Pages;

/// <summary>What the login page shows.</summary>
/// <param name="CsrfToken">The token of the form.</param>
/// <param name="Next">The URL to return to; validated on use.</param>
/// <param name="Repository">The repository entered before, or that the visitor came for.</param>
/// <param name="Problem">Why the login failed; null if none did.</param>
public sealed record LoginForm(string CsrfToken, string Next, string Repository, string? Problem);
