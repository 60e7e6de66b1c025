namespace PyWharf.Api.Pages;

/// <summary>What an error page shows.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">One sentence with the next step.</param>
/// <param name="RequestId">The id under which the logs have the request.</param>
public sealed record ErrorDetails(int Status, string Message, string RequestId);
