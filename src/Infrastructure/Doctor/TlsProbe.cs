using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether clients accept the certificate. Trusted are the authorities of the system, or of SSL_CERT_FILE and SSL_CERT_DIR.</summary>
internal sealed class TlsProbe(TimeProvider time) : Probe("tls")
{
    private static readonly TimeSpan SoonExpired = TimeSpan.FromDays(14);

    private static readonly Remedy CertificateRemedy = new(
        "ssl_certificate fullchain.pem; ssl_certificate_key key.pem;  # the certificate first, then the intermediate ones",
        "bind :443 ssl crt /etc/haproxy/both.pem  # certificate, intermediate certificates and key in one file");

    public override bool IsVital => true;

    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var server = deployment.Base;
        if (server.Scheme == Uri.UriSchemeHttp)
        {
            return server.IsLoopback
                ? Ok("plain HTTP, on this machine")
                : Warning(
                    "plain HTTP: passwords and packages can be read and altered on their way, and pip refuses the host unless it is in --trusted-host",
                    Clients.Installers,
                    new Remedy("listen 443 ssl; ssl_certificate fullchain.pem; ssl_certificate_key key.pem;", "bind :443 ssl crt /etc/haproxy/both.pem"));
        }

        string? problem = null;
        using var client = new TcpClient();
        await client.ConnectAsync(server.IdnHost, server.Port, cancellationToken);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = server.IdnHost,
                    CertificateChainPolicy = Deployment.ChainPolicy(),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (problem = ProblemOf(server.IdnHost, certificate, chain, errors)) is null,
                },
                cancellationToken);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return problem is null
                ? Failed($"no TLS on this port: {exception.Message.TrimEnd('.')}", Clients.All, new Remedy("listen 443 ssl;", "bind :443 ssl crt /etc/haproxy/both.pem"))
                : Failed(problem, Clients.All, CertificateRemedy);
        }

        using var shown = new X509Certificate2(tls.RemoteCertificate!); // the handshake has succeeded
        var left = shown.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime;

        return left < SoonExpired
            ? Warning($"the certificate expires on {shown.NotAfter.ToUniversalTime():yyyy-MM-dd}", Clients.All, CertificateRemedy)
            : Ok($"{tls.SslProtocol}, the certificate is valid until {shown.NotAfter.ToUniversalTime():yyyy-MM-dd}");
    }

    private static string? ProblemOf(string host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        if (certificate is not X509Certificate2 shown)
        {
            return "the server shows no certificate";
        }

        var flags = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"wrong name: the certificate is for {NamesOf(shown)}, not for {host}"
            : flags.HasFlag(X509ChainStatusFlags.NotTimeValid)
                ? $"the certificate is valid from {shown.NotBefore.ToUniversalTime():yyyy-MM-dd} to {shown.NotAfter.ToUniversalTime():yyyy-MM-dd} only"
            : flags.HasFlag(X509ChainStatusFlags.UntrustedRoot) || flags.HasFlag(X509ChainStatusFlags.PartialChain)
                ? $"untrusted: no known authority vouches for the certificate, which {shown.GetNameInfo(X509NameType.SimpleName, forIssuer: true)} issued. "
                    + "Either the proxy does not send the intermediate certificate, or the authority is one of your own: name its file with SSL_CERT_FILE here, and with PIP_CERT, SSL_CERT_FILE and REQUESTS_CA_BUNDLE for clients"
            : $"the certificate is not valid: {flags}";
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())));

        return string.Join(", ", names) is { Length: > 0 } list ? list : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }
}
