namespace PyWharf.Api.Cli;

/// <summary>
/// Takes the secrets of the command line out of a message, whoever wrote it: an "admin secret as text" that was taken for a path
/// comes back in the message that no such file exists. Up to three letters are no secret, and would riddle any message.
/// </summary>
internal sealed class Redaction(IEnumerable<KeyValuePair<string, string>> flags)
{
    private readonly List<string> _secrets = [.. flags.Where(IsSecret).Select(flag => flag.Value)
        .Where(value => value.Length > 3).OrderByDescending(value => value.Length)];

    public string Apply(string message) =>
        _secrets.Aggregate(message, (text, secret) => text.Replace(secret, "***", StringComparison.Ordinal));

    private static bool IsSecret(KeyValuePair<string, string> flag) => flag.Key switch
    {
        // Paths, which a message should name, unless they are TOML, which has no line without an equals sign.
        "--config" or "--admin_secret" => flag.Value.Contains('=', StringComparison.Ordinal),
        var name => name.EndsWith("secret", StringComparison.Ordinal)
            || name.EndsWith("token", StringComparison.Ordinal)
            || name.EndsWith("password", StringComparison.Ordinal),
    };
}
