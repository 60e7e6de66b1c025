using PyWharf.Integration.Support;

namespace PyWharf.Integration.Initialize;

/// <summary>Sends configurations as operators do.</summary>
internal static class ConfigurationSenders
{
    /// <summary>Sends both documents as fields of a form; null leaves one out.</summary>
    public static async Task<Answer> InitializeAsync(this HttpClient client, string? config, string? adminSecret)
    {
        var fields = new Dictionary<string, string>();
        if (config is not null)
        {
            fields["config"] = config;
        }

        if (adminSecret is not null)
        {
            fields["admin_secret"] = adminSecret;
        }

        using var form = new FormUrlEncodedContent(fields);

        return await Answer.ReadAsync(await client.PostAsync("/initialize/", form));
    }

    /// <summary>Sends both documents as files.</summary>
    public static async Task<Answer> InitializeAsync(this HttpClient client, byte[] config, byte[] adminSecret)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(config), "config", "config.toml" },
            { new ByteArrayContent(adminSecret), "admin_secret", "admin_secret.toml" },
        };

        return await Answer.ReadAsync(await client.PostAsync("/initialize/", form));
    }
}
