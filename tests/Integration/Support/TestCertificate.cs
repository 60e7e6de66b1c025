using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PyWharf.Integration.Support;

/// <summary>A certificate for localhost that vouches for itself, as files of a folder: cert.pem, key.pem, and both.pem with both.</summary>
internal sealed class TestCertificate
{
    private readonly string _folder;

    public TestCertificate(string folder)
    {
        _folder = folder;
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(90));

        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "both.pem"), $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    public string CertificateFile => Path.Combine(_folder, "cert.pem");

    /// <summary>The variable by which programs that use OpenSSL trust it.</summary>
    public (string Name, string Value) Trusted => ("SSL_CERT_FILE", CertificateFile);

    /// <summary>A client that trusts it alone, and follows no redirect.</summary>
    public HttpClient Client()
    {
        var hash = X509CertificateLoader.LoadCertificateFromFile(CertificateFile).GetCertHashString();
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == hash;

        return new HttpClient(handler);
    }
}
